using System.Globalization;
using System.Text.Json;
using Model.Tests.Fuzz;
using Penalties.Intake;

namespace Model.Tests;

/// <summary>Tickets of which a webhook told only the id.</summary>
public sealed class FetchedTickets
{
    [Theory]
    [InlineData(-1_000, "filed")]
    [InlineData(0, "filed")]
    [InlineData(1, "rejected")]
    [InlineData(400, "rejected")]
    public async Task May_be_found_late_and_tell_nothing_that_has_not_come(int days, string status)
    {
        var occurred = TimeProvider.System.GetUtcNow().AddDays(days);
        var form = ComplaintForm.Example with { OccurredAt = Time(occurred), RideCalledAt = Time(occurred.AddHours(-1)) };
        var told = JsonSerializer.SerializeToElement(form).EnumerateObject()
            .Where(field => field.Value.ValueKind is JsonValueKind.String)
            .Select(field => new Member(field.Name, field.Value.GetRawText()));

        Assert.Equal(status, (await new WebhookDesk().Fetch(new(Envelope.Thin, "4711", new("k")), told)).Status);
    }

    private static string Time(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
