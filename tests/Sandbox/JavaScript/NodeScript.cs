using System.Diagnostics;
using System.Text.Json.Nodes;
using LocalHost;
using LocalHost.Sandbox;

namespace Sandbox.Tests.JavaScript;

/// <summary>
/// What a script that uses somebody else's client observed of a sandbox. The scripts do what users do; the tests say what must come of it.
/// </summary>
internal sealed class NodeScript(JsonObject found)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private static string Folder => Path.Combine(RepositoryRoot.Path, "tests", "Sandbox", "JavaScript");

    /// <summary>Runs a script of this folder to its end.</summary>
    /// <param name="package">The npm package it uses.</param>
    /// <param name="preload">A script of this folder to be loaded before it, or null.</param>
    public static async Task<NodeScript> Run(World world, string script, string package, string? preload, params string[] arguments)
    {
        var packages = Path.Combine(RepositoryRoot.Path, "node_modules");
        Assert.True(Directory.Exists(Path.Combine(packages, package)), $"{package} is missing: run 'npm ci' in {RepositoryRoot.Path} first.");
        string[] before = preload is null ? [] : ["--import", new Uri(Path.Combine(Folder, preload)).AbsoluteUri];
        using var node = Process.Start(new ProcessStartInfo("node", [.. before, Path.Combine(Folder, script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SANDBOX"] = world.Http.BaseAddress!.AbsoluteUri },
        })!;
        using var limit = new CancellationTokenSource(s_limit);
        var errors = node.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            var output = await node.StandardOutput.ReadToEndAsync(limit.Token);
            await node.WaitForExitAsync(limit.Token);
            Assert.True(node.ExitCode == 0, $"{script} ended with {node.ExitCode}: {await errors}");
            return new(JsonNode.Parse(output)!.AsObject());
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            throw;
        }
    }

    public JsonNode? this[string step] => found[step];

    public void Expect(string step, string expected)
    {
        var actual = found[step];
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected), actual),
            $"{step}: expected {expected.Trim()}, found {actual?.ToJsonString(SandboxJson.Camel) ?? "nothing"}");
    }
}
