// The cost of one call and of one event, where there are many of something else.
work(async (core, parameters) => {
  const inPage = Number(parameters.get("listeners"));
  await Promise.all(Array.from({ length: inPage }, (_, number) => core.listen(`other-${number}`, () => {})));
  let heard;
  await core.listen("one", () => heard());
  const event = () => new Promise((resolve) => ((heard = resolve), core.emit("one", null)));
  return { call: await each(core.greet, 500, 3000), event: await each(event, 300, 1500) };
});
