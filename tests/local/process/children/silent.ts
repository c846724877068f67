process.stdout.write("thinking\n");
process.on("message", () => undefined);
