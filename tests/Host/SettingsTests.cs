using FunctionsHosting;
using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using Microsoft.Extensions.Logging;

namespace Host.Tests;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, string?> None = [];

    [Fact]
    public void An_apps_host_json_is_read()
    {
        var host = HostJson.Read(Path.Combine(AppContext.BaseDirectory, "host.json"), None);

        Assert.Equal(("small", "smallapp", 4), (host.RoutePrefix, host.HubName, host.MaxConcurrentCalls));
        Assert.Equal("1", host.Extensions["durableTask:storageProvider:partitionCount"]);
        Assert.Equal(TimeSpan.FromSeconds(30), host.FunctionTimeout);
        Assert.True(host.AutoCompleteMessages);
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
              "extensions": { "serviceBus": { "maxConcurrentCalls": 0, "autoCompleteMessages": "maybe" } } }
            """);

        var refused = Assert.Throws<HostStartException>(() => HostJson.Read(file, None));

        Assert.Equal(
            [
                "version must be \"2.0\"",
                "functionTimeout is \"soon\"; allowed: a duration hh:mm:ss",
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
              "Values": { "PATH": "file", "Host__Tests__One": "file", "Host__Tests__Two": 2, } }
            """);

        var settings = HostSettings.Gather(file, new Dictionary<string, string?> { ["Host:Tests:One"] = "given" });

        Assert.Equal("given", settings["host:tests:one"]);
        Assert.Equal("2", settings["Host:Tests:Two"]);
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
        Assert.Equal(Small.Start, file.Resume(Small.Start, 0));

        file.Note(Small.Start.AddDays(3));

        Assert.Equal(Small.Start.AddDays(3), file.Resume(Small.Start, 0));
        Assert.Equal(Small.Start.AddDays(4), file.Resume(Small.Start.AddDays(4), 0));
        Assert.True(file.Resume(Small.Start, 1_000_000) > Small.Start.AddDays(3));
    }
}
