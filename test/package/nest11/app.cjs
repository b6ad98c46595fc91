// A CommonJS application on Nest 11.
'use strict';
require('reflect-metadata');
const common = require('@nestjs/common');
const core = require('@nestjs/core');
const nest = require('@nestjs/core/package.json');
const easemob = require('nestjs-easemob');
const testing = require('nestjs-easemob/testing');
const run = require('../scenario.cjs');

void run({ common, core, easemob, testing }).then((seen) =>
  process.stdout.write(JSON.stringify({ nest: nest.version, seen })),
);
