// One body, one way; what is measured is told by the program's processes. The body itself counts.
work(async (core, parameters) => {
  const way = parameters.get("way"), size = Number(parameters.get("size"));
  await core.python("up", new Uint8Array(1024));
  await core.python("down", { size: 1024 });
  await core.report({ before: 1 });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (way === "down") await core.python("down", { size });
  else await core.python(way, new Uint8Array(size).fill(7));
  return { after: 1 };
});
