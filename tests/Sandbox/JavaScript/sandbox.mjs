// What both scripts need: the sandbox's address, its faults, steps whose observations make up the printed document, and errors as data.
export const sandbox = process.env.SANDBOX;

const found = {};

export async function step(name, run) {
  found[name] = await run();
}

export function print() {
  console.log(JSON.stringify(found));
}

/** Orders the sandbox to misbehave. */
export async function fault(order) {
  const response = await fetch(`${sandbox}sandbox/faults`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(order),
  });
  if (response.status !== 204) {
    throw new Error(`the fault was refused: ${await response.text()}`);
  }
}

/** What the call was refused with; a call that goes through is an observation too. */
export async function refusal(call, describe) {
  try {
    await call();
  } catch (error) {
    return describe(error);
  }
  return "no error";
}
