/** Every line the service can log: a stable code and a sentence. Free text cannot be logged, so nothing slips into it. */
export const LOG_CATALOGUE = {
  starting: 'Starting.',
  start_failed: 'Starting failed; the text before this line says what is wrong.',
  start_warning: 'A setting or dependency is not as it should be; `regain doctor` says more.',
  ready: 'Ready to serve.',
  stopping: 'Stopping: finishing what is under way.',
  stop_step_failed: 'A part could not be stopped in order, or not in time; the others were.',
  stopped: 'Stopped.',
  uncaught_error: 'An uncaught error: a defect. The process finishes what is under way and ends.',
  request_completed: 'A request was answered.',
  request_failed: 'A request failed on our side.',
  dependency_unavailable: 'A dependency did not answer.',
  job_completed: 'A job did its work.',
  job_failed: 'A job failed and will be tried again or parked.',
  outbox_publish_failed: 'Outbox rows could not be sent to the queue; they stay and will be tried again.',
  outbox_row_refused: 'An outbox row cannot become a job; it was set aside, and a person must look at it.',
  outbox_rows_taken_up: 'Outbox rows that another version had set aside became jobs.',
  queue_away: 'The queue’s server cannot be reached or refuses us: jobs wait until it is back.',
  queue_back: 'The queue’s server is back: jobs go on.',
  queue_refused: 'The queue’s server may drop jobs: the process ends, and does not start until that is fixed.',
  sweep_completed: 'The sweeper re-derived work.',
  work_given_up: 'Work failed every time; a person must look at it.',
  sweep_failed: 'The sweeper could not finish; it runs again.',
  provider_call_failed: 'A call to a verification provider failed.',
  provider_circuit_changed: 'The circuit of a verification provider opened or closed.',
  provider_alarm: 'A verification provider behaves in a way that a person should look at.',
  staff_alarm:
    'A colleague does something that another person should look at; the audit chain `staff` names the colleague.',
  provider_message: 'A message of an adapter.',
  push_refused: 'A delivery to a webhook did not prove where it came from.',
  fingerprint_unreadable:
    'Selfies of other cases could not be compared: their keys left the key ring, or the rows were altered.',
  mail_failed: 'The mail server did not accept a mail; it will be tried again.',
  security_event: 'Something happened that a security team should see.',
  audit_sealed: 'Audit heads were sealed by a checkpoint.',
} as const;

export type LogCode = keyof typeof LOG_CATALOGUE;
