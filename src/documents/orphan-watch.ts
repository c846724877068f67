/**
 * Runs as a thread of the reader process and kills the whole of it when its parent (`workerData`) is gone.
 * On Windows a process keeps the number of a parent that has ended, and only the closed IPC channel tells.
 */
import { workerData } from "node:worker_threads";

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL");
}, 500);
