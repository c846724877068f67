/** How many requests this process holds at one time until a job changes: each costs storage a look four times a second. */
export interface WaitingRoom {
  /** False when there is no place. Whoever got one gives it back with `leave()`. */
  enter(): boolean;
  leave(): void;
}

export function createWaitingRoom(places: number): WaitingRoom {
  let taken = 0;
  return {
    enter() {
      if (taken >= places) return false;
      taken++;
      return true;
    },
    leave() {
      taken--;
    },
  };
}
