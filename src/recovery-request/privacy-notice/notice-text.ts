/** What the privacy notice says about how this organisation processes data. */
export interface ProcessingFacts {
  organisation: string;
  helpDesk: string;
  retentionDays: number;
  /** The policy lets a failed check end a request without a person (`review.onFail: deny`). */
  refusesAlone: boolean;
}

export interface NoticeSection {
  heading: string;
  paragraphs: readonly string[];
}

export interface NoticeWords {
  heading: string;
  sections: (facts: ProcessingFacts) => readonly NoticeSection[];
}
