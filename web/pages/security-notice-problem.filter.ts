import { Catch, Injectable } from '@nestjs/common';
import type { Problem } from '../../src/platform/errors/problem.js';
import type { PageView } from '../templates/index.js';
import { PageProblemFilter } from './page-problem.filter.js';

/** The same for whoever opens a security notice: they have no request to go back to, and a link that ends. */
@Catch()
@Injectable()
export class SecurityNoticeProblemFilter extends PageProblemFilter {
  protected override pageOf(problem: Problem, requestId: string): PageView {
    return problem.code === 'not_found' ? { screen: 'notice-dead' } : super.pageOf(problem, requestId);
  }
}
