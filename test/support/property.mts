import fc from 'fast-check';

/**
 * What generated tests begin with: they are the same everywhere, so that a commit passes or fails for good. Others are
 * tried with `SEED=7 npm run test:unit`, and each week with `npm run test:soak`.
 */
const SEED = Number(process.env.SEED ?? 20260301);

fc.configureGlobal({ seed: SEED });

export default fc;
