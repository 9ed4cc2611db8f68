work(async (core) => {
  const figures = {};
  for (const [mebibytes, times] of [[1, 9], [10, 5], [100, 3]]) {
    const body = new Uint8Array(mebibytes * 2 ** 20).fill(7);
    const check = (length) => {
      if (length !== body.length) throw new Error(`${length} bytes of ${body.length} arrived`);
    };
    const up = async () => check(await core.python("up", body));
    const down = async () => check((await core.python("down", { size: body.length })).byteLength);
    const echo = async () => check((await core.python("echo", body)).byteLength);
    for (const [name, call] of Object.entries({ up, down, echo })) {
      if (mebibytes < 100) await call();
      figures[`${name}-${mebibytes}`] = await middle(call, times);
    }
  }
  return figures;
});
