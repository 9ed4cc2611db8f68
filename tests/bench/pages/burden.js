// Keeps the core busy until it is told to stop: with calls, or with a plain function that computes.
work(async (core, parameters) => {
  let stopped = false;
  await core.listen("stop", () => (stopped = true));
  const say = setInterval(() => core.emit("begun", null), 20);
  if (parameters.get("burden") === "calls") {
    while (!stopped) await Promise.all(Array.from({ length: 2000 }, () => core.greet()));
  } else {
    await core.python("compute", { seconds: Number(parameters.get("seconds")) });
  }
  clearInterval(say);
  return {};
});
