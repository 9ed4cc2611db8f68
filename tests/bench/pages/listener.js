// A window beside the one that emits. It reports nothing.
work(async (core, parameters) => {
  const times = Number(parameters.get("times"));
  const hear = (event, times) => {
    let heard = 0;
    return core.listen(event, () => ++heard === times && core.emit(`${event}-heard`, null));
  };
  await hear("warm-up", 200);
  await hear("tick", times);
  await core.listen("who-is-there", () => core.emit("here", null));
  // The one that emits may have asked before this one listened.
  await core.emit("here", null);
  return {};
});
