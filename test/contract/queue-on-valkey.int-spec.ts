import { redisQueueContract } from './redis-place.js';

redisQueueContract('valkey');
