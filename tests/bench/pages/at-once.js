work(async (core) => ({ rate: await atOnce(core.nothing, 2000, 20000) }));
