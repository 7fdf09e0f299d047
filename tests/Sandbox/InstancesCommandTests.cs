using LocalHost.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sandbox.Tests;

/// <summary>What the command line refuses by itself, and that an answer it can not read is told.</summary>
public sealed class InstancesCommandTests
{
    [Theory]
    [InlineData("--status", "Nope", "'Nope' is no status; allowed: Pending, Running, Suspended, Completed, Failed, Terminated.")]
    [InlineData("--status", "Failed,", "'' is no status; allowed: Pending, Running, Suspended, Completed, Failed, Terminated.")]
    [InlineData("--top", "0", "--top is too low; a whole number above 0 is required.")]
    public void A_wrong_filter_is_named_with_what_is_allowed(string option, string value, string message) =>
        Assert.Equal([message], InstancesCommand.Create().Parse(["list", option, value]).Errors.Select(static e => e.Message));

    [Fact]
    public void Statuses_are_parted_by_commas() =>
        Assert.Empty(InstancesCommand.Create().Parse(["list", "--status", "failed, Terminated", "--top", "7"]).Errors);

    [Fact]
    public async Task What_is_no_function_host_is_told_so()
    {
        await using var other = WebApplication.Create();
        other.Urls.Add("http://127.0.0.1:0");
        other.MapFallback(static () => Results.Content("<p>Hello</p>", "text/html"));
        await other.StartAsync();

        Assert.Equal(1, await InstancesCommand.Create().Parse(["show", "case", "--url", other.Urls.Single()]).InvokeAsync(new() { EnableDefaultExceptionHandler = false }));
    }
}
