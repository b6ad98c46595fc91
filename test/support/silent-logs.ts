import { Logger } from '@nestjs/common';

// Nest would print to the console whatever runs outside a testing module. A spec that reads the log sets a logger of its
// own, or spies on `Logger.prototype`, which this does not touch.
Logger.overrideLogger(false);
