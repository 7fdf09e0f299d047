using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Penalties.Managers;
using Penalties.Requests;

namespace Penalties.Tests;

/// <summary>What the analyzer cannot see: an orchestrator that remembers something outside its history would not repeat it.</summary>
public sealed class DeterminismTests
{
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly IReadOnlyList<Type> Orchestrators =
    [
        .. typeof(PenaltyRequestOrchestrator).Assembly.GetTypes()
            .Where(type => type.GetMethods(Statics | BindingFlags.Instance).Any(method =>
                method.GetParameters().Any(parameter => parameter.GetCustomAttribute<OrchestrationTriggerAttribute>() is not null))),
    ];

    public static TheoryData<string> Names => [.. Orchestrators.Select(orchestrator => orchestrator.Name)];

    [Fact]
    public void All_four_orchestrators_are_looked_at() => Assert.Equal(
        ["CallbackOrchestrator", "PenaltyRequestOrchestrator", "TicketNoteOrchestrator", "TicketOrchestrator"],
        Orchestrators.Select(orchestrator => orchestrator.Name).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void An_orchestrator_has_no_state_of_its_own_and_is_injected_nothing(string name)
    {
        var orchestrator = Orchestrators.Single(one => one.Name == name);
        Assert.True(orchestrator is { IsAbstract: true, IsSealed: true }, $"{orchestrator.Name} is no static class.");
        var fields = orchestrator.GetNestedTypes(BindingFlags.NonPublic).Append(orchestrator).SelectMany(type => type.GetFields(Statics))
            .Where(field => !field.IsLiteral && !field.IsInitOnly && !field.Name.StartsWith('<'));
        Assert.Empty(fields);
    }
}
