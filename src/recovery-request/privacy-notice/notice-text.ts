/** What the privacy notice says about this organisation. */
export interface NoticeFacts {
  organisation: string;
  helpDesk: string;
  retentionDays: number;
}

export interface NoticeSection {
  heading: string;
  paragraphs: readonly string[];
}

export interface NoticeWords {
  heading: string;
  sections: (facts: NoticeFacts) => readonly NoticeSection[];
}
