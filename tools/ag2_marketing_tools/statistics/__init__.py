"""The statistics of experiments: pure functions on sufficient statistics, no I/O, no tools.

Each function names its source. Effects are treatment minus control; shares, confidence levels and p-values
lie between 0 and 1; what cannot be had is `None` with a reason. scipy is loaded when first used.

An analysis takes three steps, each independent of the others:

1. `moments` of each arm, then an `effects.Effect`: means, ratios, CUPED (`means`, `ratios`, `cuped`, `quantiles`),
   over strata or phases of the allocation (`stratified`);
2. a verdict on the absolute scale: fixed horizon (`effects`), always valid (`sequential`, `mixture_sprt`), at planned
   looks (`group_sequential`, `spending`); proportions have their own tests (`two_proportions`, `score`,
   `small_samples`);
3. the relative scale by the verdict's own critical value (`relative`), so that the two cannot disagree.

Around it: `multiplicity`, `bayesian`, `sample_ratio`, `stability`, `winsorising`. Before it: `power`,
`power_by_variance`, `group_sequential_design`, `duration`. To compare with what other tools report:
`one_proportion`, `difference_intervals`, `unconditional`, `odds_ratio`, `exact_tables`, `contingency`, `counts`,
`uniform_boundaries`, `buckets`.
"""
