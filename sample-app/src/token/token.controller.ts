import { Controller, Get } from '@nestjs/common';
import { TokenService, type TokenStatus } from 'nestjs-easemob';

@Controller('token')
export class TokenController {
  constructor(private readonly tokens: TokenService) {}

  /** Whether the service has a token and for how long, without the token itself. */
  @Get('status')
  status(): TokenStatus {
    return this.tokens.status();
  }
}
