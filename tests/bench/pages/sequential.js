work(async (core) => {
  const kibibyte = rows(1024), more = rows(65536);
  return {
    nothing: await each(core.nothing, 300, 1500),
    kibibyte: await each(() => core.json(kibibyte), 100, 1000),
    more: await each(() => core.json(more), 30, 200),
    greet: await each(core.greet, 100, 1000),
  };
});
