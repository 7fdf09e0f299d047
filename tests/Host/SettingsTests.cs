using LocalHost;
using FunctionsHosting.Clock;
using LocalHost.Commands;
using LocalHost.Durable;
using LocalHost.Worker;
using Microsoft.Extensions.Logging;

namespace Worker.Tests;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, string?> None = [];

    [Fact]
    public void The_products_host_json_is_read()
    {
        var host = HostJson.Read(Path.Combine(AppContext.BaseDirectory, "host.json"), None);

        Assert.Equal(("api", "penalties", 4, 16), (host.RoutePrefix, host.HubName, host.PartitionCount, host.MaxConcurrentCalls));
        Assert.Equal(TimeSpan.FromMinutes(5), host.FunctionTimeout);
        Assert.Equal(LogLevel.Information, host.LogLevels["default"]);
        Assert.False(host.AutoCompleteMessages);
        Assert.Equal(
            ("1.0", VersionMatchStrategy.CurrentOrOlder, VersionFailureStrategy.Reject),
            (host.DefaultVersion, host.VersionMatchStrategy, host.VersionFailureStrategy));
    }

    [Fact]
    public void Settings_stand_above_host_json()
    {
        var host = HostJson.Read(
            Path.Combine(AppContext.BaseDirectory, "host.json"),
            HostSettings.Normalise(new Dictionary<string, string?> { ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = "mine" }));

        Assert.Equal("mine", host.HubName);
    }

    [Fact]
    public void Every_wrong_value_of_host_json_is_named_with_what_is_allowed()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "host.json");
        File.WriteAllText(file, """
            { "version": "1.0", "functionTimeout": "soon", "logging": { "logLevel": { "default": "Loud" } },
              "extensions": { "serviceBus": { "maxConcurrentCalls": 0, "autoCompleteMessages": "maybe" },
                              "durableTask": { "versionMatchStrategy": "Newest", "versionFailureStrategy": "1",
                                               "storageProvider": { "partitionCount": 17 } } } }
            """);

        var refused = Assert.Throws<HostStartException>(() => HostJson.Read(file, None));

        Assert.Equal(
            [
                "version must be \"2.0\"",
                "functionTimeout is \"soon\"; allowed: a duration hh:mm:ss",
                "extensions.durableTask.storageProvider.partitionCount is \"17\"; allowed: a whole number from 1 to 16",
                "extensions.durableTask.versionMatchStrategy is \"Newest\"; allowed: None, Strict, CurrentOrOlder",
                "extensions.durableTask.versionFailureStrategy is \"1\"; allowed: Reject, Fail",
                "extensions.serviceBus.autoCompleteMessages is \"maybe\"; allowed: true or false",
                "extensions.serviceBus.maxConcurrentCalls is \"0\"; allowed: a whole number from 1 on",
                "logging.logLevel.default is \"Loud\"; allowed: Trace, Debug, Information, Warning, Error, Critical, None",
            ],
            refused.Problems);
    }

    [Fact]
    public void A_host_json_that_is_missing_or_not_json_is_named()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "host.json");

        Assert.Contains(file, Assert.Throws<HostStartException>(() => HostJson.Read(file, None)).Message, StringComparison.Ordinal);
        File.WriteAllText(file, "{");
        Assert.Contains("is not valid JSON", Assert.Throws<HostStartException>(() => HostJson.Read(file, None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Local_settings_come_below_the_environment_and_below_what_is_given()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "local.settings.json");
        File.WriteAllText(file, """
            { "IsEncrypted": false, // as func writes it
              "Values": { "PATH": "file", "Worker__Tests__One": "file", "Worker__Tests__Two": 2, } }
            """);

        var settings = HostSettings.Gather(file, new Dictionary<string, string?> { ["Worker:Tests:One"] = "given" });

        Assert.Equal("given", settings["worker:tests:one"]);
        Assert.Equal("2", settings["Worker:Tests:Two"]);
        Assert.NotEqual("file", settings["PATH"]);
    }

    [Fact]
    public void A_broken_local_settings_file_is_named()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "local.settings.json");
        File.WriteAllText(file, """{ "Values": { "List": [] } }""");

        var refused = Assert.Throws<HostStartException>(() => HostSettings.Gather(file, None));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Business_time_goes_on_after_a_restart_and_never_back()
    {
        using var folder = new TempFolder();
        var file = new ClockFile(Path.Combine(folder.Path, "data", "clock.json"));
        Assert.Equal(TestApp.Start, file.Resume(TestApp.Start, 0));

        file.Note(TestApp.Start.AddDays(3));

        Assert.Equal(TestApp.Start.AddDays(3), file.Resume(TestApp.Start, 0));
        Assert.Equal(TestApp.Start.AddDays(4), file.Resume(TestApp.Start.AddDays(4), 0));
        Assert.True(file.Resume(TestApp.Start, 1_000_000) > TestApp.Start.AddDays(3));
    }

    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("2m", 120_000)]
    [InlineData("500ms", 500)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("1d", 86_400_000)]
    public void Durations_are_read_as_people_write_them(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DurationText.Parse(text));

    [Theory]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("10 s")]
    [InlineData("1w")]
    public void What_is_not_a_duration_is_refused(string text) => Assert.Null(DurationText.Parse(text));
}
