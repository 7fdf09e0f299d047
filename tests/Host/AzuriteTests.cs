using System.Diagnostics;
using Azure.Data.Tables;
using FunctionsHosting;
using FunctionsHosting.Storage;

namespace Host.Tests;

public sealed class AzuriteTests
{
    [Fact]
    public async Task It_is_started_used_by_others_and_stopped_by_the_one_that_started_it()
    {
        using var folder = new TempFolder();
        var options = new AzuriteOptions { Folder = folder.Path };
        int process;
        await using (var first = await Azurite.StartAsync(options))
        {
            process = first.ProcessId;
            await new TableClient(first.ConnectionString, "cases").CreateAsync();

            await using var second = await Azurite.StartAsync(options);

            Assert.True(first.Owned);
            Assert.False(second.Owned);
            Assert.Equal(first.ConnectionString, second.ConnectionString);
            var refused = await Assert.ThrowsAsync<HostStartException>(() => Azurite.StopLeftOver(folder.Path));
            Assert.Contains("A local host is running", refused.Message, StringComparison.Ordinal);
        }

        Assert.False(Lives(process));
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_stop_and_a_new_start_and_gone_after_clean()
    {
        using var data = new TempFolder();
        var options = new AzuriteOptions { Folder = Path.Combine(data.Path, "azurite") };
        await using (var first = await Azurite.StartAsync(options))
        {
            var table = new TableClient(first.ConnectionString, "cases");
            await table.CreateAsync();
            await table.AddEntityAsync(new TableEntity("p", "r") { ["Text"] = "안녕" });
        }

        await using (var second = await Azurite.StartAsync(options))
        {
            var kept = await new TableClient(second.ConnectionString, "cases").GetEntityAsync<TableEntity>("p", "r");
            Assert.Equal("안녕", kept.Value["Text"]);
        }
    }

    [Fact]
    public async Task One_left_over_by_a_killed_host_is_taken_over()
    {
        using var folder = new TempFolder();
        var options = new AzuriteOptions { Folder = folder.Path, InMemory = true };
        var left = await Azurite.StartAsync(options);
        var record = AzuriteRecord.Read(folder.Path)!;
        (record with { OwnerPid = int.MaxValue }).Write(folder.Path);

        var next = await Azurite.StartAsync(options);

        Assert.True(next.Owned);
        Assert.Equal(left.ProcessId, next.ProcessId);
        await next.DisposeAsync();
        Assert.False(Lives(left.ProcessId));
    }

    [Fact]
    public async Task Another_process_with_the_old_id_is_not_taken_for_it()
    {
        using var folder = new TempFolder();
        using var me = Process.GetCurrentProcess();
        var record = AzuriteRecord.Of(me, [1, 2, 3]) with { Started = DateTimeOffset.UtcNow.AddHours(-5) };
        record.Write(folder.Path);

        await Azurite.StopLeftOver(folder.Path);

        Assert.Null(AzuriteRecord.Read(folder.Path)!.Process());
    }

    private static bool Lives(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
