using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SensorPipeline.Streams.Snapshots;

/// <summary>
/// The bytes of a <typeparamref name="T"/> that belong to none of its fields. Memory leaves them undefined: written as they are, equal
/// states would not be equal bytes.
/// </summary>
internal static class Padding<T>
    where T : unmanaged
{
    /// <summary>A value whose fields have all bits set and whose padding is zero.</summary>
    private static readonly object Filled = Fill();

    private static readonly int[] Offsets = [.. BytesOf(Filled).ToArray().Index().Where(b => b.Item == 0).Select(b => b.Index)];

    /// <summary>Sets the padding of consecutive values to zero.</summary>
    public static void Clear(Span<byte> values)
    {
        if (Offsets.Length == 0)
        {
            return;
        }

        for (int start = 0; start < values.Length; start += Unsafe.SizeOf<T>())
        {
            foreach (int offset in Offsets)
            {
                values[start + offset] = 0;
            }
        }
    }

    private static object Fill()
    {
        object value = default(T);
        Span<byte> bytes = BytesOf(value);
        if (typeof(T).IsPrimitive || typeof(T).IsEnum || typeof(T).Namespace == typeof(System.Runtime.Intrinsics.Vector256).Namespace)
        {
            bytes.Fill(byte.MaxValue);
            return value;
        }

        FieldInfo[] fields = typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        if (typeof(T).GetCustomAttribute<InlineArrayAttribute>() is not null)
        {
            byte[] element = (byte[])StaticOf(fields[0].FieldType, nameof(FilledBytes));
            for (int start = 0; start < bytes.Length; start += element.Length)
            {
                element.CopyTo(bytes[start..]);
            }

            return value;
        }

        foreach (FieldInfo field in fields)
        {
            field.SetValue(value, StaticOf(field.FieldType, nameof(FilledValue)));
        }

        return value;
    }

    private static object FilledValue() => Filled;

    private static byte[] FilledBytes() => BytesOf(Filled).ToArray();

    private static Span<byte> BytesOf(object boxed) => MemoryMarshal.AsBytes(new Span<T>(ref Unsafe.Unbox<T>(boxed)));

    private static object StaticOf(Type field, string method) =>
        typeof(Padding<>).MakeGenericType(field).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, null)!;
}
