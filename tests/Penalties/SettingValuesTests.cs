using LocalHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Penalties.Tests;

/// <summary>A setting whose text is not what it holds stops the start, and names itself and what is allowed.</summary>
public sealed class SettingValuesTests
{
    [Theory]
    [InlineData("Sms:Provider", "Nope", "is 'Nope'; allowed: Solapi, NhnCloud.")]
    [InlineData("Sms:Provider", "1", "is '1'; allowed: Solapi, NhnCloud.")]
    [InlineData("FollowUp:OutcomeRecheck", "soon", "is 'soon'; allowed: a duration as hh:mm:ss or d.hh:mm:ss, such as 04:00:00.")]
    [InlineData("FollowUp:Days", "three", "is 'three'; allowed: a whole number, such as 3.")]
    [InlineData("FollowUp:Days", "", "is ''; allowed: a whole number, such as 3.")]
    [InlineData("Zendesk:AgentId", "cGFzdGVkIGluIHRoZSB3cm9uZyBwbGFjZQ", "is a text that is not shown here; allowed: a whole number, such as 3.")]
    [InlineData("Resilience:BreakerRatio", "half", "is 'half'; allowed: a number, such as 0.5.")]
    [InlineData("Crm:Sources:zendesk:SignatureAge", "abc", "is 'abc'; allowed: a duration as hh:mm:ss or d.hh:mm:ss, such as 04:00:00.")]
    [InlineData("Crm:Sources:zendesk:Verifier", "Zen", "is 'Zen'; allowed: Zendesk, StandardWebhooks, SharedHeader, None.")]
    [InlineData("Holidays:Add:0", "Chuseok", "is 'Chuseok'; allowed: a date as yyyy-MM-dd, such as 2026-09-18.")]
    [InlineData("Message:DateSlot", "Measure", "is 'Measure'; allowed: Ride, Complaint, Conclusion.")]
    [InlineData("DriverRecord:Ladder:0:Count", "many", "is 'many'; allowed: a whole number, such as 3.")]
    [InlineData("Agit:ApiBaseUrl", "http://", "is 'http://'; allowed: an absolute http or https URL.")]
    [InlineData("Agit:Koc:ManagersToken", "", "is missing; a non-empty text is required.")]
    [InlineData("Agit:Koc:ManagersGroupId", "0", "is 0; a whole number above 0 is required.")]
    [InlineData("Agit:Koc:ManagerMention", "", "is missing; a non-empty text is required.")]
    [InlineData("Agit:Koc:EscalationMention", "", "is missing; a non-empty text is required.")]
    [InlineData("Agit:Kmcc:ManagersToken", "", "is missing; a non-empty text is required.")]
    [InlineData("Agit:Kmcc:ManagersGroupId", "-1", "is -1; a whole number above 0 is required.")]
    [InlineData("Agit:Kmcc:ManagerMention", " ", "is missing; a non-empty text is required.")]
    [InlineData("Agit:Kmcc:EscalationMention", "", "is missing; a non-empty text is required.")]
    public void It_is_named_with_what_is_allowed(string setting, string value, string problem) =>
        Assert.Equal([$"{setting} {problem}"], Start((setting, value)));

    [Fact]
    public void All_wrong_ones_are_named_at_once() => Assert.Equal(
        ["FollowUp:DayKind", "FollowUp:Days", "Sms:Provider"],
        Start(("Sms:Provider", "Nope"), ("FollowUp:Days", "three"), ("FollowUp:DayKind", "Lunar")).Select(static text => text.Split(' ')[0]).Order(StringComparer.Ordinal));

    [Fact]
    public void What_fits_is_taken_as_before() => Assert.Empty(
        Start(("Sms:Provider", "nhncloud"), ("FollowUp:OutcomeRecheck", "1.00:00:00"), ("Zendesk:AgentId", ""), ("Holidays:Add:0", "2031-01-01"), ("Sms:Unknown", "x")));

    [Fact]
    public void The_value_of_what_is_named_like_a_secret_is_not_shown()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Door:KeyNumber", "hunter2")]).Build();

        Assert.Equal(
            ["Door:KeyNumber is a text that is not shown here; allowed: a whole number, such as 3."],
            SettingValues.Problems(typeof(Door), settings.GetSection("Door")));
    }

    /// <summary>What keeps the app from starting; a setting of several clients is named by each.</summary>
    private static List<string> Start(params (string Name, string Value)[] given)
    {
        var settings = given.ToDictionary(static one => one.Name, string? (one) => one.Value);
        DevelopmentSettings.Complete(settings, sandbox: new("http://127.0.0.1:9/"), functions: new("http://127.0.0.1:7071/"));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var app = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddPenalties(configuration).BuildServiceProvider();
        return Record.Exception(app.GetRequiredService<IStartupValidator>().Validate) switch
        {
            null => [],
            AggregateException several => [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(static one => one.Failures).Distinct()],
            var one => [.. Assert.IsType<OptionsValidationException>(one).Failures],
        };
    }

    private sealed class Door
    {
        public int KeyNumber { get; set; }
    }
}
