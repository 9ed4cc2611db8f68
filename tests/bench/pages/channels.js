work(async (core) => {
  const stream = (count, size) =>
    new Promise((resolve, reject) => {
      let heard = 0;
      const start = now();
      const channel = core.channel(() => {
        if (++heard === count) resolve((count / (now() - start)) * 1000);
      });
      core.python("stream", { count, size, channel }).catch(reject);
    });
  await stream(500, 0);
  const small = await stream(10000, 0);
  await stream(20, 65536);
  return { small, large: await stream(400, 65536) };
});
