namespace LocalHost.Sandbox.Zendesk;

/// <summary>How far an export has come: past the ticket with this id among those last changed in this second. Callers see an opaque text.</summary>
internal sealed record ExportCursor(long Second, long TicketId)
{
    /// <summary>Before every ticket changed at or after the second.</summary>
    public static ExportCursor At(long second) => new(second, 0);

    public static ExportCursor? Parse(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            && Encoding.ASCII.GetString(bytes, 0, length).Split("||") is [var second, var id]
            && long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedSecond)
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedId)
            ? new(parsedSecond, parsedId)
            : null;
    }

    public bool IsBefore(Ticket ticket) => (Second, TicketId).CompareTo((ticket.UpdatedAt.ToUnixTimeSeconds(), ticket.Id)) < 0;

    public override string ToString() =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Second}||{TicketId}")));
}
