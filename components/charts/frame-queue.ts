// Spreads painting over frames: one chart per frame, so that a tick of twelve charts is never one long task.

export interface FrameQueue {
  /** Runs the job in one of the next frames, once however often it was asked for. */
  add(job: () => void): void;
  remove(job: () => void): void;
}

/** @param nextFrame `requestAnimationFrame`, or a stand-in under test */
export function frameQueue(nextFrame: (run: () => void) => void): FrameQueue {
  const jobs = new Set<() => void>();
  let waiting = false;
  const run = () => {
    waiting = false;
    const [job] = jobs;
    if (!job) return;
    jobs.delete(job);
    try {
      job();
    } finally {
      wait();
    }
  };
  const wait = () => {
    if (waiting || jobs.size === 0) return;
    waiting = true;
    nextFrame(run);
  };
  return {
    add(job) {
      jobs.add(job);
      wait();
    },
    remove: (job) => void jobs.delete(job),
  };
}
