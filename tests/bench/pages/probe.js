// Another window's calls while the core has a burden, and the core's own delay where it can be asked.
work(async (core, parameters) => {
  await each(core.nothing, 0, 200);
  await new Promise((resolve) => core.listen("begun", resolve));
  if (!core.onTauri) await core.python("watch_loop", {});
  const taken = [];
  let frames = 0;
  const draw = () => (frames++, requestAnimationFrame(draw));
  draw();
  const begun = now();
  const end = begun + 1000 * Number(parameters.get("seconds"));
  for (let start = now(); start < end; start = now()) {
    await core.nothing();
    taken.push(now() - start);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const figures = { frames: (1000 * frames) / (now() - begun), calls: percentile99(taken), "calls-most": taken[taken.length - 1] };
  if (!core.onTauri) Object.assign(figures, await core.python("loop_delays", {}));
  await core.emit("stop", null);
  return { ...figures, probe: 1 };
});
