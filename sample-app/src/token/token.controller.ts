import { Controller, Get } from '@nestjs/common';
import { TokenService, type TokenStatus } from 'nestjs-easemob';

@Controller('token')
export class TokenController {
  constructor(private readonly tokens: TokenService) {}

  /** Whether a token is held and for how long; never the token. */
  @Get('status')
  status(): TokenStatus {
    return this.tokens.status();
  }
}
