"""Calendars of a Microsoft 365 or Outlook.com account, by Microsoft Graph."""
