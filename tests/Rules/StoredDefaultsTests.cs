using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Core.Serialization;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Penalties.Blocking;
using Penalties.Cases;
using Penalties.Rules;

namespace Rules.Tests;

/// <summary>
/// No stored record loses a value because it is its type's default: 0, false, null, no time at all. Every record is written with nothing but defaults and
/// read back, by the serializer that stores it; a member that begins with something else (three days, a spread of ten minutes) is what this is about.
/// </summary>
public sealed class StoredDefaultsTests
{
    private static readonly Assembly App = typeof(PenaltyCase).Assembly;

    /// <summary>Case rows and activity logs.</summary>
    public static TheoryData<Type> Rows =>
    [
        .. WithParts(typeof(CaseEvent).GetCustomAttributes<JsonDerivedTypeAttribute>()
            .Select(kind => kind.DerivedType)
            .Concat([typeof(PenaltyCase), typeof(LogEntry)])),
    ];

    /// <summary>What activities and orchestrations are given and give back: the worker's serializer writes it into histories.</summary>
    public static TheoryData<Type> Histories =>
    [
        .. WithParts(
            from type in App.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let triggers = method.GetParameters().SelectMany(parameter => parameter.GetCustomAttributes()).ToList()
            where triggers.Any(trigger => trigger is ActivityTriggerAttribute or OrchestrationTriggerAttribute)
            from told in method.GetParameters().Select(parameter => parameter.ParameterType).Concat(method.ReturnType.GenericTypeArguments)
            where IsRecord(told)
            select told),
    ];

    /// <summary>What is sent through the queues.</summary>
    public static TheoryData<Type> Messages => [.. WithParts(
        typeof(BlockQueues).GetMethods().Where(method => method.Name == nameof(BlockQueues.Send)).Select(method => method.GetParameters()[0].ParameterType))];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_s_record_comes_back(Type type) => ComesBack(type, record => JsonSerializer.Deserialize(
        // As a store writes it: an event by its base, which adds its kind.
        JsonSerializer.Serialize(record, record is CaseEvent ? typeof(CaseEvent) : type, CaseJson.Options),
        record is CaseEvent ? typeof(CaseEvent) : type,
        CaseJson.Options)!);

    [Theory]
    [MemberData(nameof(Histories))]
    public void A_history_s_record_comes_back(Type type)
    {
        var worker = new JsonObjectSerializer(new JsonSerializerOptions());
        ComesBack(type, record => worker.Deserialize(worker.Serialize(record, type).ToStream(), type, CancellationToken.None)!);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_s_record_comes_back(Type type) =>
        ComesBack(type, record => JsonSerializer.Deserialize(BinaryData.FromObjectAsJson(record).ToMemory().Span, type)!);

    /// <summary>Table storage keeps every value but null: a column that begins with something else must never hold null.</summary>
    [Fact]
    public void A_column_that_may_be_null_begins_with_null()
    {
        var nullability = new NullabilityInfoContext();
        var rows = App.GetTypes().Where(type => type.IsAssignableTo(typeof(ITableEntity))).ToList();

        Assert.NotEmpty(rows);
        Assert.All(
            from row in rows
            from column in row.GetProperties().Where(property => property.CanWrite)
            where nullability.Create(column).WriteState is NullabilityState.Nullable
            select (row, column),
            one => Assert.Null(one.column.GetValue(Activator.CreateInstance(one.row))));
    }

    [Fact]
    public void Without_a_spread_every_answer_is_due_when_the_window_opens()
    {
        var policy = new CasePolicy { Spread = TimeSpan.Zero };
        for (var ticket = 1; ticket <= 50; ticket++)
        {
            var filed = new CaseFiled(CaseId.Of("kmob", $"{ticket}", CaseKind.Penalty), A.Complaint with { Ticket = $"{ticket}" }, policy);
            var promised = Transitions.File(filed, A.Friday).After(new FeedbackPromised(A.Friday));

            var stored = CaseRow.Filed(promised, [new(1, A.Friday, "zendesk", "test", filed)], []);
            var read = stored.ToCase();

            Assert.Equal(TimeSpan.Zero, read.Policy.Spread);
            Assert.Equal(A.Kst("2026-09-21 09:00"), FollowUpPolicy.Due(read.PromisedAt!.Value, read.Id, read.Policy, A.Content.Holidays));
            Assert.Equal(policy, Assert.IsType<CaseFiled>(Assert.Single(LogOf(stored)).Event).Policy);
        }
    }

    /// <summary>A cell holds 32,768 characters, and most of a case is not set for most of its life.</summary>
    [Fact]
    public void Members_that_begin_with_their_default_stay_out()
    {
        var row = CaseRow.Filed(A.Case(), [], []);

        Assert.DoesNotContain("\"DifferenceOpen\"", row.Case, StringComparison.Ordinal);
        Assert.DoesNotContain("\"Board\"", row.Case, StringComparison.Ordinal);
        Assert.True(row.Case.Length < 1_600, $"A case with nothing but its filing takes {row.Case.Length} characters.");
    }

    private static IReadOnlyList<LogEntry> LogOf(CaseRow stored) => new LogRow { Filing = stored.Filing }.ToEntries();

    private static void ComesBack(Type type, Func<object, object> storeAndRead)
    {
        // As no constructor makes it: whatever its members begin with, here they have their types' defaults.
        var back = storeAndRead(RuntimeHelpers.GetUninitializedObject(type));

        Assert.IsType(type, back);
        Assert.All(Members(type), member => Assert.Equal(
            member.PropertyType.IsValueType ? Activator.CreateInstance(member.PropertyType) : null, member.GetValue(back)));
    }

    private static IEnumerable<PropertyInfo> Members(Type type) => type.GetProperties()
        .Where(member => member.CanWrite && member.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    /// <summary>The records, and those they are made of.</summary>
    private static HashSet<Type> WithParts(IEnumerable<Type> types)
    {
        var found = new HashSet<Type>();
        var open = new Queue<Type>(types);
        while (open.TryDequeue(out var type))
        {
            if (IsRecord(type) && (type.IsAbstract || found.Add(type)))
            {
                Members(type).SelectMany(member => PartsOf(member.PropertyType)).Where(part => part != type).ToList().ForEach(open.Enqueue);
            }
        }

        return found;
    }

    private static IEnumerable<Type> PartsOf(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? [inner] : type.IsAssignableTo(typeof(IEnumerable)) ? type.GenericTypeArguments : [type];

    private static bool IsRecord(Type type) =>
        type.Assembly == App && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;
}
