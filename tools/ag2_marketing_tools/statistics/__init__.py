"""The statistics of experiments: pure functions on sufficient statistics, no I/O, no tools.

Each function names its source. Effects are treatment minus control; shares, confidence levels and p-values
lie between 0 and 1; what cannot be had is `None` with a reason. scipy is loaded when first used.

An analysis takes three steps, each independent of the others:

1. `moments` of each arm, then an `effects.Effect`: means, ratios, CUPED (`means`, `ratios`, `cuped`, `quantiles`);
2. a verdict on the absolute scale: fixed horizon (`effects`), always valid (`sequential`), at planned looks
   (`group_sequential`); proportions have their own tests (`score`, `small_samples`, `proportions`);
3. the relative scale by the verdict's own critical value (`relative`), so that the two cannot disagree.

Around it: `multiplicity`, `bayesian`, `sample_ratio`, `stability`, `power`, `duration`, `winsorising`.
"""
