work(async (core) => {
  const figures = {};
  for (const [mebibytes, times] of [[1, 9], [10, 5]]) {
    const sent = rows(mebibytes * 2 ** 20);
    const check = (length) => {
      if (length !== sent.length) throw new Error(`${length} rows of ${sent.length} arrived`);
    };
    const up = async () => check(await core.python("rows_up", { rows: sent }));
    const down = async () => check((await core.python("rows_down", { count: sent.length })).length);
    for (const [name, call] of Object.entries({ up, down, emit: () => core.json(sent) })) {
      await call();
      figures[`${name}-${mebibytes}`] = await middle(call, times);
    }
  }
  return figures;
});
