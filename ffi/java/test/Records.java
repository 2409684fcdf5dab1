import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.hippocrypt.AuthorityKey;
import org.hippocrypt.AuthorityPublic;
import org.hippocrypt.HippocryptException;
import org.hippocrypt.Opener;
import org.hippocrypt.PatientKey;
import org.hippocrypt.PatientProfile;
import org.hippocrypt.Policy;
import org.hippocrypt.Record;
import org.hippocrypt.Sealer;
import org.hippocrypt.UserKey;

/** A Java EHR seals and opens records; what fails says why. */
public final class Records {
    private static int failures;

    private static void expect(boolean condition, String what) {
        if (!condition) {
            System.out.println("wrong: " + what);
            failures++;
        }
    }

    private static void refuses(int code, Runnable call, String what) {
        try {
            call.run();
            expect(false, what + " was not refused");
        } catch (HippocryptException refused) {
            expect(refused.code() == code, what + ": " + refused.getMessage());
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("hippocrypt");
        Path keyFile = folder.resolve("icu.key");
        Path recordFile = folder.resolve("obs.hippo");
        byte[] content = "Sinusrhythmus, 72/min \u00e4\u00f6\u00fc".getBytes(StandardCharsets.UTF_8);

        try (AuthorityKey hospital = AuthorityKey.generate("St. Elsewhere \u00c7");
                AuthorityPublic published = hospital.publicHalf();
                UserKey issued = hospital.issue("2078-12-31", "role=cardiologist", "dept=icu");
                Policy policy = Policy.parse("role=cardiologist and dept=icu");
                Record record = new Record("obs-1").created(1_795_500_000L).labels("type=Observation", "conf=N");
                Sealer sealer = new Sealer().policy(published, policy)) {
            Files.write(keyFile, issued.toBytes());
            Files.write(recordFile, sealer.seal(record, content));
            expect(published.fingerprint().split(" ").length == 12, "twelve words");
            expect(issued.attributes().contains("dept=icu"), "attributes");
            expect(policy.toString().equals("role=cardiologist and dept=icu"), "the policy prints");
            try (AuthorityPublic again = AuthorityPublic.read(published.toBytes())) {
                expect(again.fingerprint().equals(published.fingerprint()), "the file reads back");
            }
            try (UserKey dentist = hospital.issue("2078-12-31", "role=dentist"); Opener opener = new Opener().key(dentist)) {
                byte[] sealed = Files.readAllBytes(recordFile);
                refuses(204, () -> opener.open(sealed), "the dentist");
            }
        }

        // The ten lines: a Java EHR opens a record.
        try (UserKey key = UserKey.read(Files.readAllBytes(keyFile));
                Opener opener = new Opener().key(key)) {
            byte[] opened = opener.open(Files.readAllBytes(recordFile));
            expect(Arrays.equals(opened, content), "the same bytes");
            byte[] damaged = Files.readAllBytes(recordFile);
            damaged[damaged.length - 1] ^= 1;
            refuses(300, () -> opener.open(damaged), "a damaged record");
        }
        expect(Opener.inspect(Files.readAllBytes(recordFile)).contains("\"record\":\"obs-1\""), "inspect");

        try (PatientKey patient = PatientKey.generate(); PatientProfile profile = patient.profile();
                Record record = new Record("obs-2").labels("type=Observation");
                Sealer sealer = new Sealer().patient(profile); Opener opener = new Opener().patient(patient)) {
            expect(opener.open(sealer.seal(record, new byte[0])).length == 0, "nothing, sealed to a patient");
            byte[] megabyte = new byte[1 << 20];
            expect(Arrays.equals(opener.open(sealer.seal(record, megabyte)), megabyte), "a megabyte");
        }

        refuses(200, () -> Policy.parse("role nurse"), "a bad policy");
        refuses(102, () -> UserKey.read(new byte[100]), "no key");
        Policy closed = Policy.parse("a=b");
        closed.close();
        closed.close();
        try {
            closed.toString();
            expect(false, "a closed handle was used");
        } catch (IllegalStateException expected) {
            expect(expected.getMessage().equals("closed"), "closed");
        }

        // One opener, many threads: calls wait for each other.
        try (UserKey key = UserKey.read(Files.readAllBytes(keyFile)); Opener opener = new Opener().key(key)) {
            byte[] sealed = Files.readAllBytes(recordFile);
            Thread[] threads = new Thread[4];
            int[] right = new int[threads.length];
            for (int i = 0; i < threads.length; i++) {
                final int at = i;
                threads[i] = new Thread(() -> {
                    for (int round = 0; round < 5; round++) {
                        right[at] += Arrays.equals(opener.open(sealed), content) ? 1 : 0;
                    }
                });
                threads[i].start();
            }
            for (int i = 0; i < threads.length; i++) {
                threads[i].join();
                expect(right[i] == 5, "thread " + i);
            }
        }
        Files.delete(keyFile);
        Files.delete(recordFile);
        Files.delete(folder);
        System.out.println(failures + " wrong");
        System.exit(failures == 0 ? 0 : 1);
    }
}
