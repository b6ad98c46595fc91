// An ES module application on Nest 12.
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import nest from '@nestjs/core/package.json' with { type: 'json' };
import * as easemob from 'nestjs-easemob';
import * as testing from 'nestjs-easemob/testing';
import run from '../scenario.cjs';

const seen = await run({ common, core, easemob, testing });
process.stdout.write(JSON.stringify({ nest: nest.version, seen }));
