// This window emits, and it and all the others listen; each of the others says when it has heard all.
work(async (core, parameters) => {
  const times = Number(parameters.get("times"));
  let others = Number(parameters.get("others"));
  const round = async (event, times) => {
    let heard = 0, sum = 0, finish, left = others;
    const finished = new Promise((resolve) => (finish = resolve));
    const check = () => heard === times && left === 0 && finish();
    await core.listen(event, ({ payload: { number } }) => ((sum += number), ++heard, check()));
    await core.listen(`${event}-heard`, () => (left--, check()));
    const start = now();
    for (let number = 1; number <= times; number++) core.emit(event, { number });
    await finished;
    const rate = (times / (now() - start)) * 1000;
    if (sum !== (times * (times + 1)) / 2) throw new Error(`of ${times} events arrived ${heard}, with the sum ${sum}`);
    return rate;
  };
  if (others > 0) {
    await new Promise(async (resolve) => {
      let missing = others;
      await core.listen("here", () => --missing === 0 && resolve());
      await core.emit("who-is-there", null);
    });
  }
  await round("warm-up", 200);
  return { rate: await round("tick", times) };
});
