/** Work that workers do in rounds, some seconds or a minute apart: whoever does it has exactly these steps. */
export const FREQUENT_TASKS = [
  'lost_work',
  'spent',
  'limits',
  'deliveries',
  'documents',
  'standings',
  'former_names',
  'told_addresses',
  'account_index',
  'dead_letters',
  'seal',
] as const;
export type FrequentTask = (typeof FREQUENT_TASKS)[number];

/** The same once an hour: what alerts look at over hours. */
export const HOURLY_TASKS = ['orphans', 'portraits', 'tombstones'] as const;
export type HourlyTask = (typeof HOURLY_TASKS)[number];
