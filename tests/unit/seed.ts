import fc from 'fast-check'

/**
 * Property tests try the same cases on every machine, so that a change is judged by what it changed.
 * SHOAL_SEED=random tries new ones; a seed that was printed tries its own again.
 */
const asked = process.env['SHOAL_SEED']
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked ?? 20_261_123) })
