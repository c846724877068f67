process.stderr.write("out of cheese\n");
process.exitCode = 3;
process.disconnect();
