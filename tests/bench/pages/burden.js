// Keeps the core busy until it is told to stop: with calls, or with a plain function that computes; or all the machine, with
// functions that compute in other processes.
work(async (core, parameters) => {
  let stopped = false;
  await core.listen("stop", () => (stopped = true));
  const say = setInterval(() => core.emit("begun", null), 20);
  if (parameters.get("burden") === "calls") {
    while (!stopped) await Promise.all(Array.from({ length: 2000 }, () => core.greet()));
  } else if (parameters.get("burden") === "compute") {
    await core.python("compute", { seconds: Number(parameters.get("seconds")) });
  } else {
    const seconds = Number(parameters.get("seconds"));
    const compute = () => core.python("compute_elsewhere", { seconds });
    const shares = await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, compute));
    return { cores: shares.reduce((sum, share) => sum + share) };
  }
  clearInterval(say);
  return {};
});
