import { Controller, Get, Header } from '@nestjs/common';
import { HOME_PAGE } from './home.page.js';

@Controller()
export class HomeController {
  /** A form to send a text message from a browser. */
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  page(): string {
    return HOME_PAGE;
  }
}
