work(async (core) => {
  const late = new Promise((_, reject) => setTimeout(reject, 60000, new Error("some of 20,000 calls were never answered")));
  return { rate: await Promise.race([atOnce(core.nothing, 2000, 20000), late]) };
});
