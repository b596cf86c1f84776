import fc from 'fast-check';

/**
 * Set up before the specs of a mutant: property tests choose the same inputs in every run, so that whether one of them
 * notices is no matter of luck. `npm test` leaves the choice to chance.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_126 });
