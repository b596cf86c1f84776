import { redisQueueContract } from './queue/redis-place.js';

redisQueueContract('valkey');
