/** What a run is doing, in words. */
export const STATES = {
  preparing: "Preparing",
  running: "Learning",
  paused: "Paused",
  finished: "Finished",
  interrupted: "Interrupted",
  error: "Ended with an error",
  killed: "Killed",
} as const;
