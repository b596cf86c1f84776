/** Loaded before the product: on this signal a promise is rejected that nobody waits for. */
process.once('SIGUSR2', () => void Promise.reject(new Error('the campaign’s: nobody waits for this')));
