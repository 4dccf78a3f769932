"""Who sees which variant: deterministic, so that any language can reproduce it, and sticky.

The algorithm, version 1
------------------------
    key    = purpose + ":" + salt + ":" + user_id, as UTF-8
    k      = the first 56 bits of MD5(key), big-endian, without their last 3 bits        0 <= k < 2**53
    bucket = k / 2**53, a double without rounding                                        0 <= bucket < 1

A salt holds no colon. The four purposes never share their hashes, nor do two tests, for each has its own salt:

    purpose    salt                      meaning
    holdout    the holdout's own         bucket < share: in the holdout, in no test that respects it
    layer      the layer's name          low <= bucket < high: this test's part of the layer
    coverage   the test's own            bucket < coverage: takes part at all
    variant    the test's own            the first variant whose cumulative bound lies above the bucket

The checks run in this order. Bounds are the sums of the weights up to each variant, in the variants' order;
from the last variant with traffic on they are 1 exactly, so that no bucket is without a variant. Because the
coverage has hashes of its own, changing it moves nobody from one variant to another.

`vectors.json` holds test vectors; whoever writes a client in another language checks it by them. The same in SQL:

    PostgreSQL   ('x' || lpad(left(md5(key), 14), 16, '0'))::bit(64)::bigint / 8 / 9007199254740992.0::float8
    DuckDB       (('0x' || left(md5(key), 14))::bigint // 8) / 9007199254740992.0
    Spark        shiftright(cast(conv(left(md5(key), 14), 16, 10) as bigint), 3) / 9007199254740992D

Why MD5: every engine in which assignments are audited has it built in, with the same result; BLAKE2b none of them
has. It is no secret and protects nothing here, so its broken collision resistance does not matter; its uniformity
and independence are tested. A single pass of FNV-1a is faster to write and fails those tests.

What is stored wins
-------------------
A user's first assignment is a row (`assignment`), and that row wins over the hash ever after: a change of the
weights moves nobody. Two processes at once insert-or-ignore the row and read back what stands. A client that only
hashes (`client.HashOnlyClient`) has no rows; it refuses tests whose weights were changed unless it keeps its own.
"""
